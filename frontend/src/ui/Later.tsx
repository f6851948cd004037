// What lies below what one looks at first: made when that is on the screen, so that nobody waits for it.
import { type ReactNode, useEffect, useState } from 'react';

export function Later({ children }: { children: ReactNode }) {
  const [isTime, setTime] = useState(false);
  useEffect(() => {
    // The first frame is the one that shows what is above.
    let frame = requestAnimationFrame(() => {
      frame = requestAnimationFrame(() => setTime(true));
    });
    return () => cancelAnimationFrame(frame);
  }, []);
  return isTime ? children : null;
}
