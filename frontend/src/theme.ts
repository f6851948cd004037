// Mantine's theme. Its variables come from style sheets alone, so that the content security policy needs no inline styles.
import { createTheme, Drawer, localStorageColorSchemeManager, Modal, Tooltip } from '@mantine/core';

export const colorSchemeManager = localStorageColorSchemeManager({ key: 'sandbar.theme' });

// Locking the scroll would write a style element, which the policy refuses; the overlay covers the page anyway.
const overlay = { lockScroll: false, transitionProps: { duration: 120 } };

export const theme = createTheme({
  cursorType: 'pointer',
  defaultRadius: 'sm',
  respectReducedMotion: true,
  components: {
    Modal: Modal.extend({ defaultProps: { ...overlay, centered: true } }),
    Drawer: Drawer.extend({ defaultProps: { ...overlay, position: 'right' } }),
    Tooltip: Tooltip.extend({ defaultProps: { openDelay: 400, withArrow: true, events: { hover: true, focus: true, touch: false } } }),
  },
});
