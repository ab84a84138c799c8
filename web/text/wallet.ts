/** The wallet. */
export const purse = {
  title: 'Your wallet',
  balance: 'Balance',
  history: 'History',
  none: 'Nothing has been added or spent yet.',
  added: 'Added',
  spent: (id: number) => `Booking ${id}`,
  spentGone: 'Spent',
  returned: 'Added for a payment',
  when: 'When',
  what: 'What',
  amount: 'Amount',
  topUp: 'Add money',
  howMuch: 'Amount in rupees',
  howMuchHint: 'Up to ₹10,000 at once',
  amountFault: 'Write an amount up to 10,000, with at most two decimals',
  submit: (amount: string) => `Add ${amount}`,
  submitEmpty: 'Add money',
  done: (amount: string) => `${amount} were added.`,
  unknown: (amount: string) =>
    `We do not know yet whether ${amount} were added. Do not add them again for now.`,
  unknownMore:
    'If the history shows them, all is well. If it does not after some minutes, ask your bank whether you were charged.',
  look: 'Look again',
  goOn: 'I have looked: go on',
};
