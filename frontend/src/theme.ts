// Mantine's theme. Its variables come from style sheets alone, so that the content security policy needs no inline styles.
import { createTheme, localStorageColorSchemeManager } from '@mantine/core';

export const colorSchemeManager = localStorageColorSchemeManager({ key: 'sandbar.theme' });

// Locking the scroll would write a style element, which the policy refuses; the overlay covers the page anyway.
const overlay = { lockScroll: false, transitionProps: { duration: 120 } };

export const theme = createTheme({
  cursorType: 'pointer',
  defaultRadius: 'sm',
  respectReducedMotion: true,
  // Named only: to import them here would bring all of them in before anything is shown.
  components: {
    Modal: { defaultProps: { ...overlay, centered: true } },
    Drawer: { defaultProps: { ...overlay, position: 'right' } },
    Tooltip: { defaultProps: { openDelay: 400, withArrow: true, events: { hover: true, focus: true, touch: false } } },
  },
});
