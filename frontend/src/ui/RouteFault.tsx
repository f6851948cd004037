// What is shown in place of a page that could not be loaded or that failed as a whole.
import { useRouteError } from 'react-router';
import { ErrorNote } from './ErrorNote';
import { Page } from './Page';

export function RouteFault() {
  const fault = useRouteError();
  return (
    <Page title="This page failed">
      <ErrorNote fault={fault} title="This page failed" onRetry={() => location.reload()} />
    </Page>
  );
}
