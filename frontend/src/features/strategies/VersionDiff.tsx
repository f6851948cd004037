// Two versions line by line; in a rule the words that are not alike are marked.
import type { StrategyVersion } from '../../api/types';
import { NOTHING } from '../../ui/format';
import { type Change, changesOf, type Piece, piecesOf, rowsOf } from './specRows';
import classes from './strategies.module.css';

interface Props {
  before: StrategyVersion;
  after: StrategyVersion;
}

export function VersionDiff({ before, after }: Props) {
  const changes = changesOf(rowsOf(before), rowsOf(after));
  if (changes.length === 0) return <p className={classes.lead}>Both say the same.</p>;
  return (
    <div className={classes.scroll} role="region" aria-label="Differences of the versions" tabIndex={0}>
      <table className={classes.diff}>
        <thead>
          <tr>
            <th scope="col">What</th>
            <th scope="col">Version {before.version}</th>
            <th scope="col">Version {after.version}</th>
          </tr>
        </thead>
        <tbody>
          {changes.map((change) => (
            <Line key={change.name} change={change} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Line({ change }: { change: Change }) {
  const { name, before, after, isCode } = change;
  const pieces = before !== null && after !== null ? piecesOf(before, after) : { before: whole(before), after: whole(after) };
  return (
    <tr>
      <th scope="row">{name}</th>
      <td className={isCode ? classes.code : ''}>{before === null ? NOTHING : <Marked pieces={pieces.before} as="del" />}</td>
      <td className={isCode ? classes.code : ''}>{after === null ? NOTHING : <Marked pieces={pieces.after} as="ins" />}</td>
    </tr>
  );
}

function whole(text: string | null): Piece[] {
  return text === null ? [] : [{ text, isShared: false }];
}

function Marked({ pieces, as: As }: { pieces: readonly Piece[]; as: 'del' | 'ins' }) {
  return <>{pieces.map(({ text, isShared }, index) => (isShared ? <span key={index}>{text}</span> : <As key={index}>{text}</As>))}</>;
}
