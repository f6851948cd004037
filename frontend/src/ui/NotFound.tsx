// An address that the application does not know.
import { Link } from 'react-router';
import { Page } from './Page';
import { Empty } from './States';

export default function NotFound() {
  return (
    <Page title="Not found">
      <Empty title="There is no such page." action={<Link to="/">Go to the dashboard</Link>}>
        The address may be mistyped, or from another version.
      </Empty>
    </Page>
  );
}

export { NotFound };
