// Package guide has no code of its own: its tests hold the guides against the code. They build and
// run the programs of the pages, compare what these print, check the commands and the names in them,
// and look for a verb without an example.
package guide
