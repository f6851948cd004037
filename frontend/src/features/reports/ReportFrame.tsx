// An HTML report inside the page: in a sandbox that runs no script, in the colours of the application.
import { useComputedColorScheme } from '@mantine/core';
import { useEffect, useMemo, useRef, useState } from 'react';
import { dress, fit, takenApart } from './framed';
import classes from './reports.module.css';

interface Props {
  title: string;
  html: string;
}

export function ReportFrame({ title, html }: Props) {
  const frame = useRef<HTMLIFrameElement>(null);
  const [isThere, setThere] = useState(false);
  const isDark = useComputedColorScheme('dark') === 'dark';
  const { page, css } = useMemo(() => takenApart(html), [html]);
  useEffect(() => {
    const shown = frame.current;
    if (!isThere || !shown) return;
    dress(shown, css, isDark);
    return followWidth(shown);
  }, [isThere, css, isDark]);
  // Ours may look into it; without `allow-scripts` nothing in it can look out.
  return <iframe ref={frame} title={`The report ${title}`} sandbox="allow-same-origin" srcDoc={page} className={classes.frame} data-dressed={isThere} onLoad={() => setThere(true)} />;
}

/** Keep the frame as high as its content, which changes with the width. */
function followWidth(frame: HTMLIFrameElement): () => void {
  let request = requestAnimationFrame(() => fit(frame));
  const observer = new ResizeObserver(() => {
    cancelAnimationFrame(request);
    request = requestAnimationFrame(() => fit(frame)); // in a frame of its own: it changes what is observed
  });
  observer.observe(frame);
  return () => {
    cancelAnimationFrame(request);
    observer.disconnect();
  };
}
