// Installs the locked packages when they are missing or stale, and does nothing otherwise.
// Plain Node.js: it runs before any package is there.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const LOWEST_NODE = [20, 19];
const LOCK_POLL_MS = 250;
/** A first install on a slow line takes minutes; the holder of a lock older than this is gone. */
const LOCK_STALE_MS = 15 * 60_000;

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const lockfile = join(root, 'package-lock.json');
const installedHash = join(root, 'node_modules', '.stint-lock-hash');
const lockFolder = join(root, '.stint');
const lock = join(lockFolder, 'install.lock');

function fail(message) {
  console.error(`stint: ${message}`);
  process.exit(1);
}

function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const [lowestMajor, lowestMinor] = LOWEST_NODE;
  if (major > lowestMajor || (major === lowestMajor && minor >= lowestMinor)) return;
  fail(`Node.js ${LOWEST_NODE.join('.')} or newer is needed, this is ${process.versions.node}.`);
}

const wantedHash = () => createHash('sha256').update(readFileSync(lockfile)).digest('hex');

function whyInstall() {
  if (!existsSync(join(root, 'node_modules'))) return 'node_modules is missing';
  if (!existsSync(installedHash)) return 'node_modules was not installed by this script';
  if (readFileSync(installedHash, 'utf8') !== wantedHash()) return 'package-lock.json has changed';
  return undefined;
}

function isHeldByLiveProcess() {
  try {
    const { pid, since } = JSON.parse(readFileSync(lock, 'utf8'));
    if (Date.now() - since > LOCK_STALE_MS) return false;
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** Creating the file exclusively is the atomic step: one of two processes wins, the other waits for it. */
function takeLock() {
  mkdirSync(lockFolder, { recursive: true });
  for (let told = false; ; told = true) {
    try {
      writeFileSync(lock, JSON.stringify({ pid: process.pid, since: Date.now() }), { flag: 'wx' });
      return;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    if (!isHeldByLiveProcess()) rmSync(lock, { force: true });
    else if (!told) console.log('stint: another process is installing; waiting for it.');
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, LOCK_POLL_MS);
  }
}

function npmCi() {
  const npmCli = process.env.npm_execpath ?? '';
  const [command, args] = /npm-cli\.c?js$/.test(npmCli)
    ? [process.execPath, [npmCli, 'ci']]
    : ['npm', ['ci']];
  const shell = command === 'npm' && process.platform === 'win32';
  return spawnSync(command, args, { cwd: root, stdio: 'inherit', shell });
}

function install() {
  takeLock();
  try {
    const reason = whyInstall();
    if (reason === undefined) return;
    console.log(`stint: installing packages (${reason}).`);
    const { status, error } = npmCi();
    if (status !== 0) {
      process.exitCode = 1;
      console.error(`stint: npm ci failed${error ? ` (${error.message})` : ''}; nothing was started.`);
      return;
    }
    writeFileSync(installedHash, wantedHash());
  } finally {
    rmSync(lock, { force: true });
  }
}

checkNode();
if (whyInstall() !== undefined) install();
