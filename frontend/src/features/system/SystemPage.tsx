// To be written.
import { Page } from '../../ui/Page';

export default function SystemPage() {
  return <Page title="System">{null}</Page>;
}
