// What was let happen: how it stands, and a way to end it.
import { Button } from '@mantine/core';
import type { Scenario } from '../../api/types';
import { Time } from '../../ui/Figures';
import { StateWord } from '../../ui/StateWord';
import { Empty } from '../../ui/States';
import { toastFault, toastGood } from '../../ui/toast';
import { courseOf, inOrder, KINDS, useEndScenario } from './direction';
import classes from './director.module.css';

const NAMED = 3;

export function ScenarioList({ scenarios }: { scenarios: readonly Scenario[] }) {
  if (scenarios.length === 0) return <Empty title="Nothing is let happen.">What plays is the source alone.</Empty>;
  return (
    <ul className={classes.list} aria-label="Scenarios" tabIndex={0}>
      {inOrder(scenarios).map((scenario) => (
        <Item key={scenario.id} scenario={scenario} />
      ))}
    </ul>
  );
}

function Item({ scenario }: { scenario: Scenario }) {
  const end = useEndScenario();
  const { kind, status, symbols, start } = scenario;
  const where = symbols.length > NAMED ? `${symbols.length} markets` : symbols.join(', ');
  return (
    <li className={classes.item}>
      <div>
        <div className="row">
          <strong>{KINDS[kind].label}</strong> <StateWord state={status} />
        </div>
        <span className="small">
          {where}: {courseOf(scenario)}
        </span>{' '}
        <span className="soft small">
          from <Time value={start} />
        </span>
      </div>
      {status === 'ended' ? null : (
        <Button
          size="compact-xs"
          variant="default"
          loading={end.isPending}
          aria-label={`End the ${KINDS[kind].label.toLowerCase()} of ${where}`}
          onClick={() => {
            end
              .writeAsync(scenario.id)
              .then((ended) => toastGood(`${KINDS[kind].label} of ${where}.`, ended.status === 'ended' ? 'It has ended.' : 'It ends with the next step of the market.'))
              .catch((fault: unknown) => toastFault('It goes on.', fault));
          }}
        >
          End
        </Button>
      )}
    </li>
  );
}
