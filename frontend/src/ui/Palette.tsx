// Everything by keyboard: pages, symbols, accounts and commands, found by typing a part of their name.
import { Modal, TextInput, useMantineColorScheme } from '@mantine/core';
import { type KeyboardEvent, useMemo, useState } from 'react';
import { useNavigate } from 'react-router';
import { useAccounts, useInstruments } from '../api/queries';
import { changeSettings, getSettings } from '../settings';
import type { SitePage } from '../site';
import { Icon, type IconName } from './icons';
import classes from './Palette.module.css';
import { useChooseAccount, useLinkTo } from './usePlace';

interface Command {
  id: string;
  label: string;
  about: string;
  icon: IconName;
  run: () => void;
}

interface Props {
  site: readonly SitePage[];
  onClose: () => void;
  onSettings: () => void;
}

const MAX_SHOWN = 12;

export default function Palette({ site, onClose, onSettings }: Props) {
  const [text, setText] = useState('');
  const [at, setAt] = useState(0);
  const commands = useCommands(site, onSettings);
  const found = useMemo(() => matching(commands, text).slice(0, MAX_SHOWN), [commands, text]);
  const run = (command: Command | undefined) => {
    if (!command) return;
    onClose();
    command.run();
  };
  const onKey = (event: KeyboardEvent) => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (step !== 0) {
      event.preventDefault();
      setAt((now) => (now + step + found.length) % Math.max(1, found.length));
    } else if (event.key === 'Enter') {
      event.preventDefault();
      run(found[at]);
    }
  };
  return (
    <Modal opened onClose={onClose} withCloseButton={false} padding="xs" title="Search and commands" classNames={{ header: 'visually-hidden' }}>
      <TextInput
        aria-label="Search pages, symbols and commands"
        placeholder="Search pages, symbols and commands"
        value={text}
        onChange={(event) => {
          setText(event.currentTarget.value);
          setAt(0);
        }}
        onKeyDown={onKey}
        data-autofocus
        role="combobox"
        aria-expanded="true"
        aria-controls="palette-list"
        aria-activedescendant={found[at] ? `palette-${found[at].id}` : undefined}
        autoComplete="off"
      />
      <ul id="palette-list" role="listbox" aria-label="Found" className={classes.list}>
        {found.map((command, index) => (
          <li
            key={command.id}
            id={`palette-${command.id}`}
            role="option"
            aria-selected={index === at}
            className={classes.item}
            onClick={() => run(command)}
            onMouseMove={() => setAt(index)}
          >
            <Icon name={command.icon} size={16} />
            <span>{command.label}</span>
            <span className={`soft small ${classes.about ?? ''}`}>{command.about}</span>
          </li>
        ))}
      </ul>
      {found.length === 0 ? <p className="soft">Nothing is called that.</p> : null}
    </Modal>
  );
}

/** Those that have every word; what begins with the first comes first, then what has it in its name. */
export function matching<T extends { label: string; about: string }>(commands: readonly T[], text: string): T[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const first = words[0] ?? '';
  const rank = ({ label }: T) => {
    const at = label.toLowerCase().indexOf(first);
    return at === 0 ? 0 : at > 0 ? 1 : 2;
  };
  return commands
    .filter(({ label, about }) => words.every((word) => `${label} ${about}`.toLowerCase().includes(word)))
    .sort((a, b) => rank(a) - rank(b));
}

function useCommands(site: readonly SitePage[], onSettings: () => void): Command[] {
  const navigate = useNavigate();
  const linkTo = useLinkTo();
  const choose = useChooseAccount();
  const { data: instruments } = useInstruments();
  const { data: accounts } = useAccounts();
  const { setColorScheme } = useMantineColorScheme({ keepTransitions: true });
  return useMemo(() => {
    const go = (path: string) => () => void navigate(linkTo(path));
    const settings = getSettings();
    return [
      ...site.map((page) => ({ id: page.label, label: page.label, about: page.about, icon: page.icon, run: go(page.to) })),
      ...(instruments?.items ?? []).map(({ symbol }) => ({
        id: symbol,
        label: symbol,
        about: 'Trade this symbol',
        icon: 'trading' as const,
        run: go(`/trading/${encodeURIComponent(symbol)}`),
      })),
      ...(accounts?.items ?? []).map(({ id, name }) => ({
        id: `account-${id}`,
        label: `Account ${name}`,
        about: `Switch to ${id}`,
        icon: 'user' as const,
        run: () => choose(id),
      })),
      { id: 'dark', label: 'Dark colours', about: 'Theme', icon: 'moon', run: () => setColorScheme('dark') },
      { id: 'light', label: 'Light colours', about: 'Theme', icon: 'sun', run: () => setColorScheme('light') },
      {
        id: 'zone',
        label: settings.timeZone === 'utc' ? 'Show local time' : 'Show UTC',
        about: 'Times',
        icon: 'refresh',
        run: () => changeSettings({ timeZone: settings.timeZone === 'utc' ? 'local' : 'utc' }),
      },
      { id: 'settings', label: 'Settings and keys', about: 'Palette, confirmations, keys', icon: 'settings', run: onSettings },
    ];
  }, [site, instruments, accounts, navigate, linkTo, choose, setColorScheme, onSettings]);
}
