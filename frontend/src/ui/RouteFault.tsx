// What is shown in place of a page that could not be loaded or that failed as a whole.
import { useRouteError } from 'react-router';
import { ApiError } from '../api/errors';
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

const NOT_LOADED = new ApiError(0, 'NOT_LOADED', 'The gateway cannot be reached, or it was brought up to date meanwhile. What was typed elsewhere is lost when this is loaded anew.');

/** Its own part of the application did not come. */
export function NotLoaded() {
  return (
    <Page title="This page was not loaded">
      <ErrorNote fault={NOT_LOADED} title="This page was not loaded" onRetry={() => location.reload()} />
    </Page>
  );
}
