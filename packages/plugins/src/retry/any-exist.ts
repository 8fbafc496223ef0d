import type { Connection } from '@reskue/core';

/** Whether any of these keys exists; told to whoever asks. */
export interface Question {
  readonly keys: readonly string[];
  answered(answer: boolean): void;
  failed(reason: unknown): void;
}

/** As many keys as one command bears without holding Redis up. */
const mostAtOnce = 500;

/** So many jobs that begin together need not wait for the others. */
const enoughJobs = 50;

/** What is asked in this turn of the event loop. */
const asked = new WeakMap<Connection, Question[]>();

/** Whether any of these keys exists, as {@link askWhetherAny}. */
export function anyExist(connection: Connection, keys: readonly string[]): Promise<boolean> {
  return new Promise((answered, failed) => askWhetherAny(connection, { keys, answered, failed }));
}

/**
 * Asks whether any key of a question exists. What is asked in one turn of the event loop goes to Redis as one command; only
 * if one of all those keys is there, each question is asked by itself. For jobs that begin Redis is asked in between, too.
 */
export function askWhetherAny(connection: Connection, question: Question, isBeginning = false): void {
  const known = asked.get(connection);
  if (known) {
    known.push(question);
    if (isBeginning && known.length >= enoughJobs) void answer(connection, known.splice(0));
  } else {
    asked.set(connection, [question]);
    process.nextTick(ask, connection);
  }
}

function ask(connection: Connection): void {
  const questions = asked.get(connection) ?? [];
  asked.delete(connection);
  for (let from = 0; from < questions.length; from += mostAtOnce)
    void answer(connection, questions.slice(from, from + mostAtOnce));
}

async function answer(connection: Connection, questions: readonly Question[]): Promise<void> {
  try {
    const keys: string[] = [];
    for (const question of questions) for (const key of question.keys) keys.push(key);
    const count = await connection.client.exists(keys);
    if (count > 0 && questions.length > 1)
      for (const question of questions) void answer(connection, [question]);
    else for (const question of questions) question.answered(count > 0);
  } catch (error) {
    for (const question of questions) question.failed(error);
  }
}
