// Package terminal signs people in from a command-line tool, in a conversation at the terminal.
//
//	user, err := terminal.SignIn(ctx, session, terminal.Options{AppName: "acme"})
//	if err != nil {
//		fmt.Fprintln(os.Stderr, terminal.Explain(err))
//		os.Exit(terminal.ExitCode(err))
//	}
//
// [SignIn] signs a person in, whatever the state of the session: it asks for the name, the
// password, codes and whatever else the pool wants to know, sets up an authenticator app with a QR
// code, and asks again after a wrong answer. [SignUp], [ResetPassword], [ChangePassword] and
// [SetUpTOTP] are conversations of their own.
//
// # Where it asks
//
// Questions go to the controlling terminal and answers come from it, even if the standard input and
// output are redirected: the output of a tool stays fit for a script. Passwords do not show while
// they are typed. A question that is answered leaves one line, a QR code and a key leave none.
// [Options] can take the answers from a [Source] instead, and a program that has another place to
// ask replaces the [Prompter].
//
// Without a terminal a question is an error, which is [ErrNoTerminal]. All but [SignIn] return it
// before any request. SignIn first uses the answers that it has: with the name and the password
// from [Options], Cognito may send a code before the error.
//
// Ctrl-C, SIGINT, SIGTERM and the end of the context end a conversation at once, with the terminal
// as it was; a sign-in that is half done is in the Store, and the next SignIn goes on with it. What
// comes from the pool, such as the question of a trigger, is shown without control characters.
//
// # Language
//
// The texts are those of package texts, in the language of the locale; [Options] can replace them.
package terminal
