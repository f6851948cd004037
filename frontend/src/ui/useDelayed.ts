// Says true only when a thing has lasted a while: what is quick needs no sign that it is under way.
import { useEffect, useState } from 'react';

export function useDelayed(isOn: boolean, delayMs = 150): boolean {
  const [isDue, setDue] = useState(false);
  useEffect(() => {
    if (!isOn) return;
    const timer = setTimeout(() => setDue(true), delayMs);
    return () => {
      clearTimeout(timer);
      setDue(false);
    };
  }, [isOn, delayMs]);
  return isOn && isDue;
}
