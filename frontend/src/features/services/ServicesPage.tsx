// The parts of the gateway, its endpoints and its log, as an operator looks at them.
import { useEndpoints } from '../../api/queries';
import { Page } from '../../ui/Page';
import { EndpointsPanel } from './EndpointsPanel';
import { HealthPanel } from './HealthPanel';
import { LogPanel } from './LogPanel';
import { PartsPanel } from './PartsPanel';

export default function ServicesPage() {
  const endpoints = useEndpoints();
  return (
    <Page title="Services">
      <div className="stack">
        <PartsPanel />
        <HealthPanel />
        {endpoints.data?.has('/api/v1/system/logs/') ? <LogPanel /> : null}
        <EndpointsPanel />
      </div>
    </Page>
  );
}
