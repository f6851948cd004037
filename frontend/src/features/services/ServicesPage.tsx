// The parts of the gateway, its endpoints and its log, as an operator looks at them.
import { Page } from '../../ui/Page';
import { EndpointsPanel } from './EndpointsPanel';
import { HealthPanel } from './HealthPanel';
import { LogPanel } from './LogPanel';
import { PartsPanel } from './PartsPanel';

export default function ServicesPage() {
  return (
    <Page title="Services">
      <div className="stack">
        <PartsPanel />
        <HealthPanel />
        <LogPanel />
        <EndpointsPanel />
      </div>
    </Page>
  );
}
