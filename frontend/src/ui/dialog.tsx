// Dialogs that come in a chunk of their own when they are asked for. One that does not come says so and is closed: the page
// stays with all that was typed in it, and asking for the dialog again fetches it again.
import { Component, type ComponentType, lazy, type ReactNode, Suspense, useState } from 'react';
import { ApiError } from '../api/errors';
import classes from './dialog.module.css';
import { toastFault } from './toast';
import { useDelayed } from './useDelayed';
import { useFocusBack } from './useFocusBack';

const SLOW_MS = 300;

interface Closable {
  onClose: () => void;
}

type Load<P> = () => Promise<{ default: ComponentType<P> }>;

/** The dialog behind an import; `close` is how its props say that it is not there, unless that is `onClose`. */
export function dialogOf<P extends Closable>(load: Load<P>): ComponentType<P>;
export function dialogOf<P extends object>(load: Load<P>, close: (props: P) => void): ComponentType<P>;
export function dialogOf<P extends object>(load: Load<P>, close = (props: P) => (props as P & Closable).onClose()): ComponentType<P> {
  let known: ComponentType<P> | null = null;
  const fetched = () =>
    lazy(() =>
      load().catch(() => {
        known = null; // what was refused once would be refused for ever
        throw new NotFetched();
      }),
    ) as unknown as ComponentType<P>; // its own type wants to know of refs, which no dialog has
  return function Dialog(props: P) {
    const [Part] = useState(() => (known ??= fetched()));
    useFocusBack();
    return (
      <Fetching onFault={() => close(props)}>
        <Suspense fallback={<Opening />}>
          <Part {...props} />
        </Suspense>
      </Fetching>
    );
  };
}

/** Says that the click was heard, over a slow line. */
function Opening() {
  const isSlow = useDelayed(true, SLOW_MS);
  return (
    <div role="status" className={isSlow ? classes.opening : 'visually-hidden'}>
      {isSlow ? 'Opening…' : ''}
    </div>
  );
}

class NotFetched extends ApiError {
  constructor() {
    super(0, 'NOT_LOADED', 'The gateway cannot be reached, or it was brought up to date meanwhile. Try again in a moment; if that does not help, reload the page.');
  }
}

/** Holds what was not fetched away from the page; what fails once it is there is the page's own fault. */
class Fetching extends Component<{ children: ReactNode; onFault: () => void }, { fault: Error | null }> {
  override state: { fault: Error | null } = { fault: null };

  static getDerivedStateFromError(fault: Error) {
    return { fault };
  }

  override componentDidCatch(fault: Error) {
    if (!(fault instanceof NotFetched)) return;
    toastFault('This could not be opened.', fault);
    this.props.onFault();
  }

  override render() {
    const { fault } = this.state;
    if (fault === null) return this.props.children;
    if (fault instanceof NotFetched) return null;
    throw fault;
  }
}
