// A report of the installation to put into a message: versions, state and resources, nothing secret.
import { Button } from '@mantine/core';
import { useState } from 'react';
import { useFeed, useHealth, useServices } from '../../api/queries';
import type { Feed, Health, Service, SystemInfo } from '../../api/types';
import { bytes, duration } from '../../ui/format';
import { toastFault } from '../../ui/toast';
import { useSystemInfo } from './queries';

export function reportOf(info: SystemInfo, health: Health | undefined, services: readonly Service[], feed: Feed | undefined): string {
  const lines = [
    `Sandbar ${info.version}, Python ${info.python}, ${info.server}, ${info.system}`,
    `Up for ${duration(info.uptime_seconds)}; ${bytes(info.process.memory_bytes)} of memory, ${info.process.threads} threads, ${info.process.descriptors} descriptors, ${info.cores} cores`,
    `Disk: ${bytes(info.disk.free_bytes)} free of ${bytes(info.disk.total_bytes)}`,
    `Health: ${health?.status ?? 'unknown'}`,
    ...(health?.checks ?? []).map((check) => `  ${check.name}: ${check.status} ${check.detail}`.trimEnd()),
    `Feed: ${feed ? `${feed.source ?? 'none'}, ${feed.status}, speed ${feed.speed}, at ${feed.position.time}` : 'unknown'}`,
    'Parts:',
    ...services.map((part) => `  ${part.name}: ${part.state}. ${part.detail}${part.last_error ? ` Last error: ${part.last_error}` : ''}`),
    'Libraries:',
    ...Object.entries(info.libraries).map(([name, version]) => `  ${name} ${version}`),
    'Settings:',
    ...Object.entries((info.config ?? {}) as Record<string, unknown>).map(([name, value]) => `  ${name}=${String(value)}`),
    `Browser: ${navigator.userAgent}`,
  ];
  return lines.join('\n');
}

export function ReportButton() {
  const info = useSystemInfo();
  const health = useHealth();
  const services = useServices();
  const feed = useFeed();
  const [isCopied, setCopied] = useState(false);
  const copy = () => {
    if (!info.data) return;
    navigator.clipboard
      .writeText(reportOf(info.data, health.data, services.data?.items ?? [], feed.data))
      .then(() => {
        setCopied(true);
        setTimeout(() => setCopied(false), 3_000);
      })
      .catch((fault: unknown) => toastFault('The report was not copied.', fault));
  };
  return (
    <Button size="compact-md" variant="default" className="push" disabled={!info.data} onClick={copy}>
      {isCopied ? 'Copied' : 'Copy a report'}
    </Button>
  );
}
