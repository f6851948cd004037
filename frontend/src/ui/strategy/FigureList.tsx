// All figures of a result, with what they mean when that is asked for.
import type { Figures } from '../../api/types';
import { wayOf } from '../numbers';
import { FIGURE_GROUPS, figureText, type FigureWord, hasWay, valueOf } from './figures';
import classes from './results.module.css';

export function FigureList({ figures, isExplained }: { figures: Figures; isExplained: boolean }) {
  const groups = FIGURE_GROUPS.filter(({ words }) => words.some((word) => figures[word.group] !== null));
  return (
    <div className={classes.groups}>
      {groups.map(({ title, words }) => (
        <section key={title} aria-label={title}>
          <h3 className={classes.heading}>{title}</h3>
          <dl className={classes.list}>
            {words.map((word) => (
              <div key={word.name} className={classes.item} title={word.about}>
                <dt>
                  {word.label}
                  {isExplained ? <div className={classes.about}>{word.about}</div> : null}
                </dt>
                <dd>
                  <FigureValue figures={figures} word={word} />
                </dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
    </div>
  );
}

export function FigureValue({ figures, word }: { figures: Figures; word: FigureWord }) {
  const value = valueOf(figures, word);
  const way = hasWay(word.kind) ? wayOf(value) : 'flat';
  return <span className={`num ${way === 'flat' ? '' : way}`}>{figureText(value, word.kind)}</span>;
}
