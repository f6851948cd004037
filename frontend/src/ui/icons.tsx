// The few pictures of the application, drawn for it as strokes on a 24 by 24 grid.

const PATHS = {
  dashboard: 'M4 4h7v9H4zM13 4h7v5h-7zM13 11h7v9h-7zM4 15h7v5H4z',
  services: 'M4 5h16v5H4zM4 14h16v5H4zM8 7.5h.01M8 16.5h.01M12 7.5h4M12 16.5h4',
  trading: 'M6 3v4M6 15v6M4 7h4v8H4zM12 6v3M12 17v2M10 9h4v8h-4zM18 2v3M18 12v5M16 5h4v7h-4z',
  risk: 'M12 3l8 3v6c0 5-4 8-8 9c-4-1-8-4-8-9V6zM12 8v5M12 16h.01',
  strategies: 'M4 6h5v5H4zM15 13h5v5h-5zM9 8.5h4a2 2 0 0 1 2 2v5M12 13l3 2.5l-3 2.5',
  research: 'M9 3h6M10 3v6l-6 10c-1 2 0 2 1 2h14c1 0 2 0 1-2l-6-10V3M8 15h8',
  backtests: 'M4 12a8 8 0 1 1 3 6.2M4 12l-2-3M4 12l3.5-2.5M12 8v4l3 2',
  sweeps: 'M4 4h16v16H4zM4 9.3h16M4 14.6h16M9.3 4v16M14.6 4v16',
  factors: 'M18 5h-11l6 7l-6 7h11M18 5v2M18 19v-2',
  jobs: 'M4 6h9M4 12h16M4 18h6M16 6h4M13 18h7',
  alerts: 'M6 16v-5a6 6 0 0 1 12 0v5l2 2H4zM10 21h4',
  reports: 'M6 3h8l4 4v14H6zM14 3v4h4M9 17v-3M12 17v-6M15 17v-4',
  parity: 'M4 8h16M4 16h16M15 4l4 4l-4 4M9 12l-4 4l4 4',
  data: 'M4 6c0-4 16-4 16 0v12c0 4-16 4-16 0zM4 6c0 4 16 4 16 0M4 12c0 4 16 4 16 0',
  system: 'M12 3a9 9 0 1 1 0 18a9 9 0 0 1 0-18M12 11v6M12 7.5h.01',
  search: 'M11 4a7 7 0 1 1 0 14a7 7 0 0 1 0-14M16 16l5 5',
  settings: 'M4 7h9M17 7h3M4 12h3M11 12h9M4 17h11M19 17h1M15 5v4M9 10v4M17 15v4',
  sun: 'M12 8a4 4 0 1 1 0 8a4 4 0 0 1 0-8M12 2v2M12 20v2M2 12h2M20 12h2M5 5l1.4 1.4M17.6 17.6L19 19M5 19l1.4-1.4M17.6 6.4L19 5',
  moon: 'M20 14a8 8 0 1 1-10-10a6.5 6.5 0 0 0 10 10',
  play: 'M7 4l13 8l-13 8z',
  pause: 'M8 5v14M16 5v14',
  step: 'M6 5l9 7l-9 7zM18 5v14',
  table: 'M4 5h16v14H4zM4 10h16M10 10v9',
  chart: 'M4 4v16h16M8 15l4-5l3 3l5-7',
  close: 'M6 6l12 12M18 6L6 18',
  copy: 'M9 9h11v11H9zM5 15H4V4h11v1',
  check: 'M5 12l5 5L20 7',
  star: 'M12 3l2.7 6l6.3.7l-4.7 4.3l1.3 6.5L12 17.2L6.4 20.5l1.3-6.5L3 9.7L9.3 9z',
  refresh: 'M20 11a8 8 0 1 0-.6 4M20 4v7h-7',
  edit: 'M4 20h4L20 8l-4-4L4 16zM14 6l4 4',
  trash: 'M4 7h16M9 7V4h6v3M6 7l1 13h10l1-13M10 11v6M14 11v6',
  upload: 'M12 16V4M7 9l5-5l5 5M4 16v4h16v-4',
  user: 'M12 4a4 4 0 1 1 0 8a4 4 0 0 1 0-8M4 21c0-8 16-8 16 0',
  keyboard: 'M3 6h18v12H3zM7 10h.01M11 10h.01M15 10h.01M8 14h8',
  warning: 'M12 3l10 18H2zM12 10v5M12 18h.01',
} as const;

export type IconName = keyof typeof PATHS;

interface Props {
  name: IconName;
  size?: number;
  isFilled?: boolean;
}

/** A picture beside words; what it means must be said by them or by the label of its button. */
export function Icon({ name, size = 18, isFilled = false }: Props) {
  return (
    <svg
      aria-hidden="true"
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill={isFilled ? 'currentColor' : 'none'}
      stroke="currentColor"
      strokeWidth="1.8"
      strokeLinecap="round"
      strokeLinejoin="round"
    >
      <path d={PATHS[name]} />
    </svg>
  );
}
