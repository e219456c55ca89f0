// Package cookiestore keeps sessions in the cookies of Amplify JS.
package cookiestore
