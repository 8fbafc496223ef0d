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

/** The tests that failed once and then passed; nobody should have to guess them. */
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

/** Prints the tally after everything else, as the run's very last line. */
export default class TallyReporter implements Reporter {
  onTestRunEnd(
    modules: readonly TestModule[],
    errors: readonly SerializedError[],
    _reason: TestRunEndReason,
  ): void {
    for (const name of retried(modules)) process.stdout.write(`passed at the second try only: ${name}\n`);
    process.stdout.write(`${tally(modules, errors)}\n`);
  }
}
