// What a person prefers in this browser, and the keys there are.
import { Drawer, Kbd, SegmentedControl, Switch, useMantineColorScheme } from '@mantine/core';
import type { ReactNode } from 'react';
import { forgetKey, useSession } from '../api/session';
import { changeSettings, type Settings, useSettings } from '../settings';
import classes from './SettingsDrawer.module.css';

const KEYS: [string, string][] = [
  ['Ctrl+K', 'Search pages, symbols and commands'],
  ['B / S', 'Buy or sell: to the quantity of the ticket'],
  ['/', 'Find a symbol in the watch list'],
  ['↑ / ↓', 'Price by one tick, with Shift by ten'],
  ['Enter', 'Review the order, then send it'],
  ['Esc', 'Close what is open'],
  ['?', 'These settings and keys'],
];

export default function SettingsDrawer({ onClose }: { onClose: () => void }) {
  const settings = useSettings();
  const { colorScheme, setColorScheme } = useMantineColorScheme({ keepTransitions: true });
  const session = useSession();
  return (
    <Drawer opened onClose={onClose} title="Settings and keys" closeButtonProps={{ 'aria-label': 'Close the settings' }}>
      <div className={classes.groups}>
        <Choice label="Colours">
          <SegmentedControl
            aria-label="Colours"
            value={colorScheme}
            onChange={(value) => setColorScheme(value as 'auto' | 'dark' | 'light')}
            data={[
              { value: 'auto', label: 'As the system' },
              { value: 'dark', label: 'Dark' },
              { value: 'light', label: 'Light' },
            ]}
          />
        </Choice>
        <Choice label="Up and down">
          <SegmentedControl
            aria-label="Up and down"
            value={settings.palette}
            onChange={(value) => changeSettings({ palette: value as 'default' | 'safe' })}
            data={[
              { value: 'default', label: 'Green and red' },
              { value: 'safe', label: 'Blue and orange' },
            ]}
          />
          <p>
            <span className="up">▲ +1.25% up</span> <span className="down">▼ −1.25% down</span>
          </p>
        </Choice>
        <Switch label="Swap: rising prices in red" checked={settings.isRedUp} onChange={(event) => changeSettings({ isRedUp: event.currentTarget.checked })} />
        <Choice label="Times">
          <SegmentedControl
            aria-label="Times"
            value={settings.timeZone}
            onChange={(value) => changeSettings({ timeZone: value as 'utc' | 'local' })}
            data={[
              { value: 'utc', label: 'UTC' },
              { value: 'local', label: 'Local' },
            ]}
          />
        </Choice>
        <Habits settings={settings} />
        {session.key ? (
          <button type="button" className={classes.forget} onClick={forgetKey}>
            Forget the API key of this session
          </button>
        ) : null}
        <Keys />
      </div>
    </Drawer>
  );
}

function Habits({ settings }: { settings: Settings }) {
  return (
    <>
      <Switch
        label="Review orders before they are sent"
        description="Closing all positions always asks."
        checked={settings.hasReview}
        onChange={(event) => changeSettings({ hasReview: event.currentTarget.checked })}
      />
      <Switch
        label="Single keys act"
        description="B, S, / and ? while nothing is being typed."
        checked={settings.hasSingleKeys}
        onChange={(event) => changeSettings({ hasSingleKeys: event.currentTarget.checked })}
      />
    </>
  );
}

function Keys() {
  return (
    <section aria-label="Keys">
      <h3 className={classes.heading}>Keys</h3>
      <dl className="pairs">
        {KEYS.map(([key, meaning]) => (
          <div key={key} className={classes.key}>
            <dt>
              <Kbd>{key}</Kbd>
            </dt>
            <dd>{meaning}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

function Choice({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div>
      <div className={classes.label}>{label}</div>
      {children}
    </div>
  );
}
