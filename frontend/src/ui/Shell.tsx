// What is around every page: navigation, lights, the sandbox badge, the clock, and the way to everything by keyboard.
import { ActionIcon, Tooltip, useComputedColorScheme, useMantineColorScheme } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import { useEffect, useRef, useState } from 'react';
import { NavLink, Outlet, useLocation } from 'react-router';
import { changeSettings, useSettings } from '../settings';
import { entriesOf, GROUP_ICONS, pageAt, type SitePage } from '../site';
import { StreamProvider } from '../stream/StreamProvider';
import { AccountEvents } from './AccountEvents';
import { AlertCount } from './AlertCount';
import { Announcer } from './announce';
import { dialogOf } from './dialog';
import { timeText, zoneName } from './format';
import { Icon } from './icons';
import { KeyGate } from './KeyGate';
import { Lights } from './Lights';
import classes from './Shell.module.css';
import { useNow } from './useNow';
import { useAccountName, useLinkTo } from './usePlace';
import { isTyping } from './useSingleKey';

const Palette = dialogOf(() => import('./Palette'));
const SettingsDrawer = dialogOf(() => import('./SettingsDrawer'));

export function Shell({ site }: { site: readonly SitePage[] }) {
  const account = useAccountName();
  const [open, setOpen] = useState<'palette' | 'settings' | null>(null);
  const { hasSingleKeys } = useSettings();
  const close = () => setOpen(null);
  useHotkeys([['mod+K', () => setOpen('palette')]], []);
  useHotkeys([['shift+?', () => hasSingleKeys && !isTyping() && setOpen('settings')]], ['INPUT', 'TEXTAREA', 'SELECT']);
  return (
    <StreamProvider account={account}>
      <a href="#main" className={classes.skip}>
        Skip to the page
      </a>
      <div className={classes.frame}>
        <header className={classes.header}>
          <span className={classes.brand}>Sandbar</span>
          <span className={classes.badge} title="Nothing here is worth anything outside of Sandbar.">
            SANDBOX <span className={classes.badgeMore}>· simulated money</span>
          </span>
          <Navigation site={site} account={account} />
          <div className={classes.tools}>
            <Lights />
            <Clock />
            <Tool label="Search and commands (Ctrl+K)" icon="search" onClick={() => setOpen('palette')} />
            <ThemeTool />
            <Tool label="Settings and keys" icon="settings" onClick={() => setOpen('settings')} />
          </div>
        </header>
        <Outlet />
      </div>
      <Announcer />
      <AccountEvents account={account} />
      <KeyGate />
      {open === 'palette' ? <Palette site={site} onClose={close} onSettings={() => setOpen('settings')} /> : null}
      {open === 'settings' ? <SettingsDrawer onClose={close} /> : null}
    </StreamProvider>
  );
}

function Navigation({ site, account }: { site: readonly SitePage[]; account: string }) {
  const linkTo = useLinkTo();
  const { pathname } = useLocation();
  const here = pageAt(site, pathname);
  const nav = useRef<HTMLElement>(null);
  useEffect(() => {
    // A phone has no room for all entries beside each other.
    nav.current?.querySelector(':scope > .active')?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [here]);
  return (
    <nav ref={nav} className={classes.nav} aria-label="Pages">
      {entriesOf(site).map((page) => {
        const isHere = page.group !== undefined && here?.group === page.group;
        return (
          <NavLink key={page.to} to={linkTo(page.to)} end={page.to === '/'} className={`${classes.link ?? ''} ${isHere ? 'active' : ''}`}>
            <Icon name={page.group ? GROUP_ICONS[page.group] : page.icon} size={18} />
            <span>{page.group ?? page.label}</span>
            {page.to === '/alerts' ? <AlertCount account={account} /> : null}
          </NavLink>
        );
      })}
    </nav>
  );
}

interface ToolProps {
  label: string;
  icon: Parameters<typeof Icon>[0]['name'];
  onClick: () => void;
}

function Tool({ label, icon, onClick }: ToolProps) {
  return (
    <Tooltip label={label}>
      <ActionIcon variant="subtle" color="gray" aria-label={label} onClick={onClick}>
        <Icon name={icon} />
      </ActionIcon>
    </Tooltip>
  );
}

function ThemeTool() {
  const { setColorScheme } = useMantineColorScheme({ keepTransitions: true });
  const isDark = useComputedColorScheme('dark') === 'dark';
  return (
    <Tool
      label={isDark ? 'Light colours' : 'Dark colours'}
      icon={isDark ? 'sun' : 'moon'}
      onClick={() => setColorScheme(isDark ? 'light' : 'dark')}
    />
  );
}

/** The time of day in the chosen zone; a click changes the zone everywhere. */
function Clock() {
  const { timeZone } = useSettings();
  const now = useNow();
  return (
    <button
      type="button"
      className={classes.clock}
      title="Switch between UTC and local time"
      onClick={() => changeSettings({ timeZone: timeZone === 'utc' ? 'local' : 'utc' })}
    >
      <span className="num">{timeText(now, 'time', timeZone)}</span> {zoneName(timeZone)}
      <span className="visually-hidden">: switch between UTC and local time</span>
    </button>
  );
}
