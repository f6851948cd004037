// The frame of a page: its title, in the document and in the tab, and the focus on it when one comes from elsewhere.
import { type ReactNode, useEffect, useRef } from 'react';
import { useLocation } from 'react-router';
import classes from './Page.module.css';

interface Props {
  title: string;
  /** The page names the tab itself. */
  hasOwnTabTitle?: boolean;
  /** Keeps the title for screen readers alone, where the page needs the room. */
  hasHiddenTitle?: boolean;
  actions?: ReactNode;
  children: ReactNode;
}

let visits = 0;

export function Page({ title, hasOwnTabTitle = false, hasHiddenTitle = false, actions, children }: Props) {
  const heading = useRef<HTMLHeadingElement>(null);
  const { pathname } = useLocation();
  const place = pathname.split('/')[1] ?? '';
  useEffect(() => {
    if (!hasOwnTabTitle) document.title = `${title} | Sandbar`;
  }, [title, hasOwnTabTitle]);
  useEffect(() => {
    visits += 1;
    if (visits > 1) heading.current?.focus(); // not when the application opens: the browser has its own place then
  }, [place]);
  return (
    <main className={classes.page} id="main">
      <header className={hasHiddenTitle ? 'visually-hidden' : classes.header}>
        <h1 ref={heading} tabIndex={-1} className={classes.title}>
          {title}
        </h1>
        {actions}
      </header>
      {children}
    </main>
  );
}
