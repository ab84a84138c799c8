/** What each process may tell all others of its machine. `isItem` judges every item that arrives. */
export type Topic<Item> = { name: string; isItem: (item: unknown) => item is Item };

/** What a process may ask the one that keeps it for all. The two functions judge what arrives at either end. */
export type Question<Asked, Answer> = {
  name: string;
  isAsked: (asked: unknown) => asked is Asked;
  isAnswer: (answer: unknown) => answer is Answer;
};

/** The processes of one machine, seen from one of them. */
export type Machine = {
  /** Tells all other processes; resolves when they have received it, so that an answer sent then is news to none of them. */
  broadcast<Item>(topic: Topic<Item>, item: Item): Promise<void>;
  onBroadcast<Item>(topic: Topic<Item>, listener: (items: readonly Item[]) => void): void;
  /** Asks the primary, or this process where it is alone. Throws where the primary has gone, or has no answer. */
  ask<Asked, Answer>(question: Question<Asked, Answer>, asked: Asked): Promise<Answer>;
  /** What the primary gets from this process when it collects a topic. */
  provide<Item>(topic: Topic<Item>, give: () => Item | Promise<Item>): void;
};

/** Answers one question. `asker` tells the processes apart; it is 0 for a process that is alone. */
export type Answerer = { name: string; answer(asked: unknown, asker: number): Promise<unknown> };

export function answering<Asked, Answer>(
  { name, isAsked }: Question<Asked, Answer>,
  answer: (asked: Asked, asker: number) => Answer | Promise<Answer>,
): Answerer {
  return {
    name,
    async answer(asked, asker) {
      if (!isAsked(asked)) throw new Error(`this is not how "${name}" is asked`);
      return answer(asked, asker);
    },
  };
}

/** Passes a question on to its answerer. Throws where there is none. */
export function answerFrom(answerers: readonly Answerer[]) {
  const byName = new Map(answerers.map((answerer) => [answerer.name, answerer]));
  return async (name: string, asked: unknown, asker: number): Promise<unknown> => {
    const answerer = byName.get(name);
    if (answerer === undefined) throw new Error(`nobody here answers "${name}"`);
    return answerer.answer(asked, asker);
  };
}

/** What came as an answer. Throws where it is none. */
export function readAnswer<Asked, Answer>(
  { name, isAnswer }: Question<Asked, Answer>,
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
    ask: async (question, asked) => readAnswer(question, await answer(question.name, asked, 0)),
    provide: () => {},
  };
}
