// One analysis by its address: the picture of its kind with the numbers beside it, how they are to be read, and the bars.
import { Button } from '@mantine/core';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { asApiError } from '../../api/errors';
import type { Analysis } from '../../api/types';
import { Confirm } from '../../ui/Confirm';
import { CopyText } from '../../ui/CopyText';
import { Time } from '../../ui/Figures';
import { grouped } from '../../ui/format';
import { GroupNav } from '../../ui/GroupNav';
import { Page } from '../../ui/Page';
import { Panel } from '../../ui/Panel';
import { Empty, QueryState } from '../../ui/States';
import { useAccountName, useLinkTo } from '../../ui/usePlace';
import classes from './analyses.module.css';
import { CointegrationView } from './CointegrationView';
import { CorrelationView } from './CorrelationView';
import { DrawdownsView } from './DrawdownsView';
import { useAnalysis, useDeleteAnalysis } from './queries';
import { RegimeView } from './RegimeView';
import { SeasonalityView } from './SeasonalityView';
import { titleOf } from './titles';
import { VolatilityView } from './VolatilityView';

/** As many symbols as are listed before the rest is a number. */
const MOST_LISTED = 6;

export default function ResultView({ id }: { id: string }) {
  const account = useAccountName();
  const analysis = useAnalysis(account, id);
  const isGone = analysis.error && asApiError(analysis.error).status === 404;
  return (
    <Page title={analysis.data ? titleOf(analysis.data) : 'Analysis'} actions={<GroupNav group="Research" />}>
      {isGone ? (
        <Empty title={`This account has no analysis ${id}.`}>It was deleted, or it is another account’s. The list has those that are there.</Empty>
      ) : (
        <QueryState query={analysis} errorTitle="The analysis cannot be read">
          {(found) => (
            <div className="stack">
              <Answer analysis={found} />
              <AskedPanel account={account} analysis={found} />
            </div>
          )}
        </QueryState>
      )}
    </Page>
  );
}

function Answer({ analysis }: { analysis: Analysis }) {
  const { correlation, volatility, seasonality, drawdowns, cointegration, regime } = analysis;
  return (
    <>
      {volatility ? <VolatilityView found={volatility} /> : null}
      {drawdowns ? <DrawdownsView found={drawdowns} /> : null}
      {seasonality ? <SeasonalityView found={seasonality} /> : null}
      {correlation ? <CorrelationView found={correlation} /> : null}
      {cointegration ? <CointegrationView found={cointegration} /> : null}
      {regime ? <RegimeView found={regime} /> : null}
    </>
  );
}

function AskedPanel({ account, analysis }: { account: string; analysis: Analysis }) {
  const { conventions, data } = analysis;
  return (
    <Panel title="How to read it, and of which bars it is" actions={<DeleteButton account={account} analysis={analysis} />}>
      <div className="stack">
        <ul className={classes.notes}>
          {conventions.map((each) => (
            <li key={each}>{each}</li>
          ))}
        </ul>
        <dl className="pairs">
          {data.slice(0, MOST_LISTED).map((each) => (
            <Used key={each.symbol} used={each} />
          ))}
        </dl>
        {data.length > MOST_LISTED ? <p className={classes.lead}>And {data.length - MOST_LISTED} more symbols.</p> : null}
      </div>
    </Panel>
  );
}

function Used({ used }: { used: Analysis['data'][number] }) {
  return (
    <>
      <dt>{used.symbol}</dt>
      <dd>
        {grouped(String(used.rows))} bars of {used.interval}, <Time value={used.from} shape="date" /> to <Time value={used.to} shape="date" />
        {used.missing_bars ? `, ${grouped(String(used.missing_bars))} missing` : ''} <CopyText text={used.content_hash.slice(0, 12)} label={`hash of the bars of ${used.symbol}`} />
      </dd>
    </>
  );
}

function DeleteButton({ account, analysis }: { account: string; analysis: Analysis }) {
  const navigate = useNavigate();
  const linkTo = useLinkTo();
  const [isAsking, setAsking] = useState(false);
  const remove = useDeleteAnalysis(account);
  const run = () => {
    remove
      .writeAsync(analysis.id)
      .then(() => navigate(linkTo('/analyses')))
      .catch(() => undefined); // shown in the dialog
  };
  return (
    <>
      <Button size="compact-sm" variant="default" onClick={() => setAsking(true)}>
        Delete
      </Button>
      {isAsking ? (
        <Confirm title="Delete this analysis?" action="Delete the analysis" isBusy={remove.isPending} fault={remove.error} onConfirm={run} onClose={() => setAsking(false)}>
          Its figures and series are removed; the bars stay.
        </Confirm>
      ) : null}
    </>
  );
}
