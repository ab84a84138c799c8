import type { User } from '../api/session.ts';

export const isAdmin = (user: User | undefined): boolean => user?.role === 'admin';
/** Whether the desk and the door are this user's. */
export const worksHere = (user: User | undefined): boolean => isAdmin(user) || user?.role === 'staff';
