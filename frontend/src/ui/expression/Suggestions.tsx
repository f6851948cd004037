// The list of what could be meant, below the field.
import { type ReactNode, useEffect, useRef } from 'react';
import classes from './expression.module.css';
import type { Completion } from './useCompletion';

interface Props {
  id: string;
  label: string;
  completion: Completion;
  /** Stands above the list, which hides what is below the field. */
  head: ReactNode;
}

export function Suggestions({ id, label, completion, head }: Props) {
  const list = useRef<HTMLUListElement>(null);
  useEffect(() => {
    list.current?.children[completion.at]?.scrollIntoView({ block: 'nearest' });
  }, [completion.at, completion.found]);
  if (completion.found.length === 0) return null;
  return (
    <div className={classes.popup}>
      {head}
      <ul ref={list} id={id} role="listbox" aria-label={label} className={classes.list}>
        {completion.found.map((each, index) => (
          <li
            key={each.text}
            id={`${id}-${index}`}
            role="option"
            aria-selected={index === completion.at}
            className={classes.option}
            onMouseDown={(event) => {
              event.preventDefault(); // the field keeps the focus
              completion.accept(index);
            }}
          >
            <code>{each.text}</code>
            <span className={classes.about}>{each.about}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}
