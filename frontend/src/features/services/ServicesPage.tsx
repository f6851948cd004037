// To be written.
import { Page } from '../../ui/Page';

export default function ServicesPage() {
  return <Page title="Services">{null}</Page>;
}
