// Where toasts appear. Nobody has any at first, so what shows them is loaded after the page is there.
import { type ComponentProps, type ComponentType, useEffect, useState } from 'react';
import type { Notifications } from '@mantine/notifications';

type Place = ComponentType<ComponentProps<typeof Notifications>>;

export function Toasts() {
  const [Place, setPlace] = useState<Place | null>(null);
  useEffect(() => {
    import('@mantine/notifications').then(
      (found) => setPlace(() => found.Notifications),
      () => undefined, // the gateway is gone by now, which the lights say; a reload brings both
    );
  }, []);
  return Place ? <Place position="bottom-right" limit={3} /> : null;
}
