// An exchange on this machine that speaks Binance's public side, and fails when it is told to.
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { PYTHON, ROOT } from './gateway';

const PROGRAM = `
import sys
from tests.loopback_exchange import LoopbackExchange
with LoopbackExchange() as exchange:
    print(exchange.url, flush=True)
    for line in sys.stdin:
        command, *words = line.split()
        if command == "hang":
            exchange.faults.hang = True
        elif command == "recover":
            exchange.faults.clear()
        elif command == "print":
            exchange.say_print(*words)
`;

export class LoopbackExchange {
  private constructor(
    private readonly process: ChildProcessWithoutNullStreams,
    /** What LIVE_EXCHANGE_URL is set to. */
    readonly url: string,
  ) {}

  static async start(): Promise<LoopbackExchange> {
    const process = spawn(PYTHON, ['-c', PROGRAM], { cwd: ROOT });
    const [said] = (await once(process.stdout, 'data')) as [Buffer];
    return new LoopbackExchange(process, said.toString().trim());
  }

  /** Nothing is answered and nothing is said, until it recovers. */
  hang(): void {
    this.process.stdin.write('hang\n');
  }

  recover(): void {
    this.process.stdin.write('recover\n');
  }

  /** A print of any price, also of one that cannot be. */
  print(symbol: string, price: string): void {
    this.process.stdin.write(`print ${symbol} ${price}\n`);
  }

  async stop(): Promise<void> {
    const ended = once(this.process, 'exit');
    this.process.stdin.end();
    await ended;
  }
}
