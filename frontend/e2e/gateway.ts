// A gateway of one's own: started on a free port with its own state, killed and started again on the same one.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, openSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
export const PYTHON = process.env.PYTHON ?? join(ROOT, '.venv/bin/python');
const START_DEADLINE_MS = 60_000;

function environment(state: string, logs: string, more: Record<string, string> = {}): NodeJS.ProcessEnv {
  return { ...process.env, STATE_DIR: state, LOG_DIR: logs, DATABASE_URL: '', RATE_LIMIT_RPS: '100', ...more };
}

export function runManage(words: string[], state: string, logs: string, more: Record<string, string> = {}): string {
  mkdirSync(state, { recursive: true });
  mkdirSync(logs, { recursive: true });
  const ran = spawnSync(PYTHON, [join(ROOT, 'manage.py'), ...words], { env: environment(state, logs, more), encoding: 'utf8' });
  if (ran.status !== 0) throw new Error(`manage.py ${words.join(' ')}: ${ran.stderr}`);
  return ran.stdout;
}

/** Below the range that outgoing connections take theirs from, so that it is still free when a gateway starts again on it. */
async function freePort(): Promise<number> {
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * 10_000);
    if (await canListen(port)) return port;
  }
}

function canListen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}

export class Gateway {
  private process: ChildProcess | null = null;

  private constructor(
    private readonly port: number,
    private readonly state: string,
    private readonly logs: string,
    private readonly more: Record<string, string>,
  ) {}

  /** With variables of its environment beside the usual ones, and what is to be done to its state before it starts. */
  static async start(more: Record<string, string> = {}, prepare: (gateway: Gateway) => void = () => undefined): Promise<Gateway> {
    const folder = process.env.E2E_FOLDER;
    if (!folder) throw new Error('prepare.ts did not run.');
    const own = mkdtempSync(join(folder, 'gateway-'));
    cpSync(join(folder, 'template'), join(own, 'state'), { recursive: true });
    const gateway = new Gateway(await freePort(), join(own, 'state'), join(own, 'logs'), more);
    prepare(gateway);
    await gateway.start();
    return gateway;
  }

  /** A command of manage.py on this gateway's state; what it prints. */
  manage(words: string[]): string {
    return runManage(words, this.state, this.logs, this.more);
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  async start(): Promise<void> {
    mkdirSync(this.logs, { recursive: true });
    const output = join(this.logs, 'output.txt');
    const said = openSync(output, 'w');
    this.process = spawn(PYTHON, [join(ROOT, 'manage.py'), 'serve'], {
      env: environment(this.state, this.logs, { GATEWAY_PORT: String(this.port), ...this.more }),
      stdio: ['ignore', said, said],
    });
    const until = Date.now() + START_DEADLINE_MS;
    while (!(await this.isReady())) {
      if (Date.now() > until || this.process.exitCode !== null) {
        throw new Error(`The gateway did not start. ${readFileSync(output, 'utf8').slice(-2_000)}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  /** Like a power cut: no time to say or save anything. */
  async kill(): Promise<void> {
    await this.end('SIGKILL');
  }

  async stop(): Promise<void> {
    await this.end('SIGTERM');
  }

  private async end(signal: NodeJS.Signals): Promise<void> {
    const running = this.process;
    this.process = null;
    if (!running || running.exitCode !== null) return;
    const ended = new Promise((resolve) => running.once('exit', resolve));
    running.kill(signal);
    await ended;
  }

  /** The job once it has ended, as its result is what a journey begins with. */
  async ended<T>(id: string, account: string, deadlineMs: number): Promise<T> {
    const until = Date.now() + deadlineMs;
    for (;;) {
      const job = await this.api<{ status: string; error: unknown }>('GET', `jobs/${id}/`, { account });
      if (job.status === 'succeeded') return job as T;
      if (!['queued', 'running'].includes(job.status) || Date.now() > until) throw new Error(`Job ${id} is ${job.status}: ${JSON.stringify(job.error)}`);
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }

  private async isReady(): Promise<boolean> {
    try {
      return (await fetch(`${this.url}/readyz`)).ok;
    } catch {
      return false;
    }
  }

  /** Ask the API directly, as a program would; the data of the envelope. */
  async api<T = Record<string, unknown>>(method: string, path: string, options: { body?: unknown; account?: string } = {}): Promise<T> {
    const response = await fetch(`${this.url}/api/v1/${path}`, {
      method,
      headers: {
        ...(options.body === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...(options.account ? { 'X-Account': options.account } : {}),
      },
      ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
    });
    if (response.status === 204) return undefined as T;
    const envelope = (await response.json()) as { status: string; data: T; message: string | null };
    if (envelope.status !== 'success') throw new Error(`${method} ${path}: ${envelope.message ?? response.status}`);
    return envelope.data;
  }
}
