/** Logging in and out. */
export const session = {
  overTitle: 'Please log in again',
  over: (name: string) => `Your session ended, ${name}. Log in, and this page goes on where it was.`,
  someoneElse: 'Leave, and forget this page',
  title: 'Log in',
  toSeats: 'Log in to see which seats are free.',
  toPage: 'Log in to see this page.',
  username: 'Username',
  password: 'Password',
  wrong: 'Username or password is wrong.',
  noAccount: 'New here?',
  signUp: 'Create an account',
  forgotten: 'Forgot your password?',
  logOut: 'Log out',
};
