// A framed part of a page that fails alone: an error in it leaves the rest of the page at work.
import { Component, type ReactNode, useId } from 'react';
import { ErrorNote } from './ErrorNote';
import classes from './Panel.module.css';

interface BoundaryProps {
  children: ReactNode;
}

class Boundary extends Component<BoundaryProps, { fault: unknown }> {
  override state: { fault: unknown } = { fault: null };

  static getDerivedStateFromError(fault: unknown) {
    return { fault };
  }

  override render() {
    if (this.state.fault === null) return this.props.children;
    return <ErrorNote fault={this.state.fault} title="This part failed" onRetry={() => this.setState({ fault: null })} />;
  }
}

interface Props {
  title: string;
  actions?: ReactNode;
  /** What stands beside the title. */
  aside?: ReactNode;
  className?: string | undefined;
  isFlush?: boolean;
  children: ReactNode;
}

export function Panel({ title, actions, aside, className = '', isFlush = false, children }: Props) {
  const id = useId();
  return (
    <section className={`${classes.panel ?? ''} ${className}`} aria-labelledby={id}>
      <header className={classes.header}>
        <h2 id={id} className={classes.title}>
          {title}
        </h2>
        {aside}
        {actions ? <div className={classes.actions}>{actions}</div> : null}
      </header>
      <div className={isFlush ? classes.flush : classes.body}>
        <Boundary>{children}</Boundary>
      </div>
    </section>
  );
}
