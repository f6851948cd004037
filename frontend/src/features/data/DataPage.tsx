// The data page: what price files there are, how good they are and what mends them, how new ones get in, and the venues.
import { useSearchParams } from 'react-router';
import { useDatasets } from '../../api/queries';
import { Page } from '../../ui/Page';
import { Panel } from '../../ui/Panel';
import { Empty, QueryState } from '../../ui/States';
import { useAccountName } from '../../ui/usePlace';
import { BackfillPanel } from './BackfillPanel';
import classes from './data.module.css';
import { DatasetPanel } from './DatasetPanel';
import { DatasetsTable } from './DatasetsTable';
import { ImportPanel } from './ImportPanel';
import { VenuesPanel } from './VenuesPanel';

export default function DataPage() {
  const account = useAccountName();
  const datasets = useDatasets();
  const [search, setSearch] = useSearchParams();
  const chosen = search.get('dataset');
  const choose = (id: string | null) =>
    setSearch((now) => {
      if (id === null) now.delete('dataset');
      else now.set('dataset', id);
      return now;
    });
  const selected = datasets.data?.items.find((each) => each.id === chosen);
  return (
    <Page title="Data">
      <div className={classes.page}>
        <div className={classes.main}>
          <Panel title="Data sets" isFlush>
            <QueryState query={datasets}>
              {({ items }) =>
                items.length === 0 ? (
                  <Empty title="No data sets yet.">Import a price file, or take the sample, beside or below.</Empty>
                ) : (
                  <DatasetsTable datasets={items} chosen={chosen} onChoose={choose} />
                )
              }
            </QueryState>
          </Panel>
          {selected ? <DatasetPanel key={selected.id} dataset={selected} onGone={() => choose(null)} onChoose={choose} /> : null}
          {chosen !== null && datasets.data && !selected ? <Empty title="This data set is gone.">Choose another one above.</Empty> : null}
        </div>
        <div className={classes.side}>
          <ImportPanel account={account} onImported={choose} />
          <BackfillPanel account={account} onFetched={choose} />
        </div>
        <VenuesPanel />
      </div>
    </Page>
  );
}
