// An operator in two lines: how it is written, with the place that is being filled, and what it means.
import type { Operator } from '../../api/types';
import classes from './expression.module.css';

interface Props {
  operator: Operator;
  /** Which of its places the caret is in; null: none. */
  place: number | null;
}

export function OperatorHelp({ operator, place }: Props) {
  const here = place === null ? undefined : operator.places[place];
  return (
    <div className={classes.help} role="note" aria-label={`About ${operator.name}`}>
      <div>
        <code>{operator.signature}</code>
        {here ? (
          <span className="soft">
            {' '}
            · now <code>{here.name}</code>
            {here.default === null ? '' : `, ${here.default} unless said`}
          </span>
        ) : null}
      </div>
      <div>{operator.meaning}</div>
      <div className="soft">
        Bars back: {operator.look_back}. {operator.nan}
      </div>
    </div>
  );
}
