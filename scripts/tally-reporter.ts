import { stripVTControlCharacters } from 'node:util';
import type { Reporter, SerializedError, TestModule, TestRunEndReason } from 'vitest/node';

/** The counts of a run in one plain line: `12 passed, 0 failed`, and `, 1 skipped` when there are any. */
export const tally = (
  modules: readonly Pick<TestModule, 'state' | 'children'>[],
  unhandledErrors: readonly SerializedError[] = [],
): string => {
  const counts = { passed: 0, failed: unhandledErrors.length, skipped: 0 };
  for (const module of modules) {
    const before = counts.failed;
    for (const test of module.children.allTests()) {
      const { state } = test.result();
      counts[state === 'pending' ? 'failed' : state]++;
    }
    // A file that does not load or whose hooks fail has no failed test, and is a failure.
    if (module.state() === 'failed' && counts.failed === before) counts.failed++;
  }
  const skipped = counts.skipped > 0 ? `, ${counts.skipped} skipped` : '';
  return `${counts.passed} passed, ${counts.failed} failed${skipped}`;
};

/** The tests that failed first and then passed; nobody should have to guess them. */
function retried(modules: readonly TestModule[]): string[] {
  const names: string[] = [];
  for (const module of modules) {
    for (const test of module.children.allTests('passed')) {
      if ((test.diagnostic()?.retryCount ?? 0) > 0)
        names.push(`${module.relativeModuleId}: ${test.fullName}`);
    }
  }
  return names;
}

/** The tests, files and errors outside of both that failed, each with the first line of why: the end of a log is what is read. */
export function failures(
  modules: readonly Pick<TestModule, 'relativeModuleId' | 'children' | 'errors'>[],
  unhandledErrors: readonly SerializedError[] = [],
): string[] {
  const names = unhandledErrors.map((error) => `outside of any test: ${firstLine([error])}`);
  for (const module of modules) {
    if (module.errors().length > 0) names.push(`${module.relativeModuleId}: ${firstLine(module.errors())}`);
    for (const test of module.children.allTests('failed'))
      names.push(`${module.relativeModuleId}: ${test.fullName}: ${firstLine(test.result().errors ?? [])}`);
  }
  return names;
}

const firstLine = ([error]: readonly Pick<SerializedError, 'message'>[]): string =>
  stripVTControlCharacters(error?.message ?? '').split('\n', 1)[0] || 'no message';

/** Prints the tally after everything else, as the run's very last line. */
export default class TallyReporter implements Reporter {
  onTestRunEnd(
    modules: readonly TestModule[],
    errors: readonly SerializedError[],
    _reason: TestRunEndReason,
  ): void {
    for (const name of retried(modules)) process.stdout.write(`passed not at once: ${name}\n`);
    for (const name of failures(modules, errors)) process.stdout.write(`failed: ${name}\n`);
    process.stdout.write(`${tally(modules, errors)}\n`);
  }
}
