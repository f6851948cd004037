// What to do first: a short list that ticks itself off and can be put away.
import { ActionIcon } from '@mantine/core';
import { Link } from 'react-router';
import { useDatasets, useFeed, useRecentFills } from '../../api/queries';
import { changeSettings, useSettings } from '../../settings';
import { Icon } from '../../ui/icons';
import { useLinkTo } from '../../ui/usePlace';
import classes from './Dashboard.module.css';

export function FirstRun({ account }: { account: string }) {
  const { isFirstRunHidden } = useSettings();
  const datasets = useDatasets();
  const fills = useRecentFills(account);
  const feed = useFeed();
  const linkTo = useLinkTo();
  const steps = [
    { label: 'Import a price file, or the sample', to: '/data', isDone: (datasets.data?.items.length ?? 0) > 0 },
    { label: 'Replay it as a market', to: '/trading', isDone: feed.data?.source === 'replay' },
    { label: 'Place a first order', to: '/trading', isDone: (fills.data?.items.length ?? 0) > 0 },
  ];
  const isKnown = datasets.data && fills.data && feed.data;
  if (isFirstRunHidden || !isKnown || steps.every((step) => step.isDone)) return null;
  return (
    <section className={classes.firstRun} aria-label="First steps">
      <strong>First steps</strong>
      <ol>
        {steps.map((step) => (
          <li key={step.label} data-done={step.isDone || undefined}>
            <span aria-hidden="true">{step.isDone ? '✓' : '○'} </span>
            {step.isDone ? (
              <>
                {step.label} <span className="soft small">done</span>
              </>
            ) : (
              <Link to={linkTo(step.to)}>{step.label}</Link>
            )}
          </li>
        ))}
      </ol>
      <ActionIcon variant="subtle" color="gray" aria-label="Put the first steps away" className="push" onClick={() => changeSettings({ isFirstRunHidden: true })}>
        <Icon name="close" />
      </ActionIcon>
    </section>
  );
}
