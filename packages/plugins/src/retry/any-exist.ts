import { countExisting, type Connection } from '@reskue/core/protocol';

/** Whether any of some keys exists; told to whoever asks. */
export interface Question {
  /** Those that are looked for first, for many at once. */
  readonly keys: readonly string[];
  /** A key that many questions have in common: as long as it is not there, there are none but `keys`. */
  readonly sign: string;
  /** Together with those that are there under the sign only. */
  readonly allKeys: readonly string[];
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
export function anyExist(
  connection: Connection,
  question: Pick<Question, 'keys' | 'sign' | 'allKeys'>,
): Promise<boolean> {
  return new Promise((answered, failed) =>
    askWhetherAny(connection, {
      keys: question.keys,
      sign: question.sign,
      // Made when it is needed.
      get allKeys() {
        return question.allKeys;
      },
      answered,
      failed,
    }),
  );
}

/**
 * Asks whether any key of a question exists. What is asked in one turn of the event loop goes to Redis as one command; only
 * if one of all those keys is there, and then one of all that may be there under their signs, each question is asked by
 * itself. For jobs that begin Redis is asked in between, too.
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
    const isAny =
      (await count(connection, withSigns(questions))) && (await count(connection, all(questions)));
    if (isAny && questions.length > 1)
      for (const question of questions) void answerAlone(connection, question);
    else for (const question of questions) question.answered(isAny);
  } catch (error) {
    for (const question of questions) question.failed(error);
  }
}

async function answerAlone(connection: Connection, question: Question): Promise<void> {
  try {
    question.answered(await count(connection, question.allKeys));
  } catch (error) {
    question.failed(error);
  }
}

const count = async ({ client }: Connection, keys: readonly string[]): Promise<boolean> =>
  Number(await countExisting(client, keys)) > 0;

function withSigns(questions: readonly Question[]): string[] {
  const keys: string[] = [];
  let last = '';
  for (const question of questions) {
    for (const key of question.keys) keys.push(key);
    // Jobs of one class mostly come together.
    if (question.sign !== last) keys.push(question.sign);
    last = question.sign;
  }
  return keys;
}

const all = (questions: readonly Question[]): string[] => questions.flatMap(({ allKeys }) => allKeys);
