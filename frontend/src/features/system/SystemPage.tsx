// System Info: what runs here and on what, how it is set, who changed what, and a report to hand on.
import { Page } from '../../ui/Page';
import { AuditPanel } from './AuditPanel';
import { ConfigPanel } from './ConfigPanel';
import { LicencesPanel } from './LicencesPanel';
import { ReportButton } from './ReportButton';
import { ResourcesPanel, VersionsPanel } from './InfoPanels';
import classes from './system.module.css';
import { TrafficPanels } from './TrafficPanels';

export default function SystemPage() {
  return (
    <Page title="System Info" actions={<ReportButton />}>
      <div className={classes.page}>
        <VersionsPanel />
        <ResourcesPanel />
        <TrafficPanels />
        <ConfigPanel className={classes.wide} />
        <AuditPanel className={classes.wide} />
        <LicencesPanel className={classes.wide} />
      </div>
    </Page>
  );
}
