// Package texts holds what the sign-in says to people: titles, labels, buttons, and one sentence
// for each kind of failure, in English and German. It is for packages and programs that show pages
// or ask questions.
//
// A text has an [ID] and may have parameters. A [Set] is the texts of one language:
//
//	set := texts.ForAcceptLanguage(r.Header.Get("Accept-Language"))
//	title := set.Text(texts.SignInTitle)
//	lead := set.Format(texts.SMSCodeLead, texts.Params{Destination: "+*******42"})
//
// [ForSignIn], [ForSignUp], [ForResetPassword] and [ForAttributeUpdate] tell which texts go with a
// step, [ForError] which sentence goes with an error. [Set.With] replaces texts, [New] makes a Set
// of another language; both refuse what is incomplete, so that nothing is missing when it is shown.
//
// Texts are plain: a web page escapes them, as html/template does. The values of parameters are
// inserted as they are; a terminal strips the control characters of those that come from others.
//
// # Compatibility
//
// Texts may be added and reworded at any time. A program that makes its own language with New then
// learns from the error which ones it lacks.
package texts
