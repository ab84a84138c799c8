/**
 * The items that each process may send to all others of its machine. `isItem` checks every item that arrives.
 */
export type Topic<Item> = { name: string; isItem: (item: unknown) => item is Item };

/** A question that a process may ask the primary. `isInput` checks the request and `isAnswer` the answer. */
export type Question<Input, Answer> = {
  name: string;
  isInput: (input: unknown) => input is Input;
  isAnswer: (answer: unknown) => answer is Answer;
};

/** The processes of one machine, seen from one of them. */
export type Machine = {
  /**
   * Sends to all other processes. Resolves when they have received it, so a response sent after that contains
   * nothing they do not know; at the latest after 1.5 s, as a process may stand still.
   */
  broadcast<Item>(topic: Topic<Item>, item: Item): Promise<void>;
  onBroadcast<Item>(topic: Topic<Item>, listener: (items: readonly Item[]) => void): void;
  /** Asks the primary, or this process if it is alone. Throws if the primary has gone, or has no answer within 6 s. */
  ask<Input, Answer>(question: Question<Input, Answer>, input: Input): Promise<Answer>;
  /** The value that the primary gets from this process when it collects a topic. */
  provide<Item>(topic: Topic<Item>, give: () => Item | Promise<Item>): void;
};

/** Answers one question. `asker` identifies the process; it is 0 for a process that is alone. */
export type Answerer = { name: string; answer(input: unknown, asker: number): Promise<unknown> };

export function answering<Input, Answer>(
  { name, isInput }: Question<Input, Answer>,
  answer: (input: Input, asker: number) => Answer | Promise<Answer>,
): Answerer {
  return {
    name,
    async answer(input, asker) {
      if (!isInput(input)) throw new Error(`this is not how "${name}" is asked`);
      return answer(input, asker);
    },
  };
}

/** Passes a question on to its answerer. Throws where there is none. */
export function answerFrom(answerers: readonly Answerer[]) {
  const byName = new Map(answerers.map((answerer) => [answerer.name, answerer]));
  return async (name: string, input: unknown, asker: number): Promise<unknown> => {
    const answerer = byName.get(name);
    if (answerer === undefined) throw new Error(`nobody here answers "${name}"`);
    return answerer.answer(input, asker);
  };
}

/** Checks an answer. Throws if it is not valid. */
export function readAnswer<Input, Answer>(
  { name, isAnswer }: Question<Input, Answer>,
  answer: unknown,
): Answer {
  if (!isAnswer(answer)) throw new Error(`this is no answer to "${name}"`);
  return answer;
}

/** A process that is alone on its machine. */
export function aloneOnMachine(answerers: readonly Answerer[]): Machine {
  const answer = answerFrom(answerers);
  return {
    broadcast: async () => {},
    onBroadcast: () => {},
    ask: async (question, input) => readAnswer(question, await answer(question.name, input, 0)),
    provide: () => {},
  };
}
