// A reader of a document: an empty home, a folder like a clone in which `npm start` runs, and a shell in which the blocks of a page
// are run one after the other, as somebody who pastes them would.
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { newOpener, type Opener } from '../support/opener.ts';
import { ROOT } from './npm-start.ts';
import { type Ended, runLine, type World } from './world.ts';

/** Nothing listens on port 1: what a page tells to install comes from the deployment and from nowhere else. */
const NO_REGISTRY = { npm_config_registry: 'http://127.0.0.1:1', npm_config_fetch_retries: '0' };

/** The state of a start, which is the world's, and the history, which no page needs. */
const NOT_IN_THE_CLONE = ['.git', '.stint'];

/** Without the commands of the clone, which `npm test` adds: a page that needs them says npx. */
const PATH = (process.env['PATH'] ?? '')
  .split(delimiter)
  .filter((path) => !path.endsWith('node_modules/.bin'))
  .join(delimiter);

function likeTheClone(folder: string, state: string): void {
  for (const name of readdirSync(ROOT).filter((entry) => !NOT_IN_THE_CLONE.includes(entry)))
    symlinkSync(join(ROOT, name), join(folder, name));
  symlinkSync(state, join(folder, '.stint'));
}

export class Reader {
  /** In which the page's commands run. */
  readonly folder: string;
  readonly opener: Opener;
  /** What the last block wrote to standard output. */
  printed = '';
  readonly world: World;
  readonly #parent: string;

  /** `hasClone`: the page is read in a clone; otherwise in an empty folder. */
  constructor(world: World, hasClone: boolean) {
    this.world = world;
    this.#parent = mkdtempSync(join(tmpdir(), 'stint-reader-'));
    this.folder = join(this.#parent, 'work');
    for (const name of ['work', 'home', 'prefix']) mkdirSync(join(this.#parent, name));
    if (hasClone) likeTheClone(this.folder, world.state.folder);
    writeFileSync(join(this.#parent, 'variables'), '');
    this.opener = newOpener(this.#parent);
  }

  /** Every placeholder of the pages, and what stands for it here. */
  place(text: string): string {
    const { port } = new URL(this.world.url);
    return text
      .replaceAll('http://127.0.0.1:9000', `http://127.0.0.1:${port}`)
      .replaceAll('http://localhost:9000', `http://localhost:${port}`)
      .replaceAll('https://vend.example.com', `http://127.0.0.1:${port}`);
  }

  /** As one shell for the whole page would: variables of earlier blocks are still there. Fails as the first command that fails. */
  async run(block: string): Promise<Ended> {
    const variables = join(this.#parent, 'variables');
    const script = `. '${variables}'\nset -ea\n${this.place(block)}\nset +ea\nexport -p > '${variables}'`;
    const ended = await runLine(script, this.#environment(), this.folder);
    this.printed = ended.out;
    return ended;
  }

  #environment(): Readonly<Record<string, string>> {
    const prefix = join(this.#parent, 'prefix');
    const paths = [join(prefix, 'bin'), join(this.#parent, 'bin'), PATH];
    return {
      ...this.opener.env,
      ...NO_REGISTRY,
      npm_config_prefix: prefix,
      HOME: join(this.#parent, 'home'),
      PATH: paths.join(delimiter),
      STINT_STATE_DIR: this.world.state.folder,
    };
  }

  close(): void {
    // A program that a page has started in the background may still write.
    rmSync(this.#parent, { recursive: true, force: true, maxRetries: 5 });
  }
}
