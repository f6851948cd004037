// An error in plain words, with the trace id to quote and a way to try again.
import { Button } from '@mantine/core';
import { asApiError } from '../api/errors';
import { CopyText } from './CopyText';
import { Icon } from './icons';
import classes from './states.module.css';

interface Props {
  fault: unknown;
  onRetry?: (() => void) | undefined;
  title?: string;
}

export function ErrorNote({ fault, onRetry, title }: Props) {
  const error = asApiError(fault);
  return (
    <div className={classes.error} role="alert">
      <div className="row">
        <Icon name="warning" />
        <strong>{title ?? 'That did not work'}</strong>
      </div>
      <p>{error.message}</p>
      <div className="row small">
        <span className="mono">{error.code}</span>
        {error.traceId ? <CopyText text={error.traceId} label="trace id" /> : null}
        {onRetry ? (
          <Button size="compact-sm" variant="default" onClick={onRetry}>
            Try again
          </Button>
        ) : null}
      </div>
    </div>
  );
}
