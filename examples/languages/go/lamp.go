// kenpoint from Go: a base in memory, two articles, a search, an error. docs/languages/go.md explains it.
//
//	PKG_CONFIG_PATH=/usr/local/lib/pkgconfig go run lamp.go
package main

/*
#cgo pkg-config: kenpoint
#include <kenpoint.h>
#include <stdlib.h>
*/
import "C"

import (
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"unsafe"
)

// Error is a failed call.
type Error struct {
	Status  int
	Message string
}

func (e *Error) Error() string { return fmt.Sprintf("kenpoint %d: %s", e.Status, e.Message) }

// Base may be used by any number of goroutines at once.
type Base struct{ handle *C.ken_base }

// Hit is one hit of an answer.
type Hit struct {
	ID, Title string
	Score     float64
}

// OpenMemory opens an empty base in memory.
func OpenMemory() (*Base, error) {
	if C.ken_check_abi() == 0 {
		return nil, errors.New("header and library do not belong together")
	}
	base := new(Base)
	var err *C.ken_error
	status := C.ken_base_open_memory(nil, &base.handle, &err)
	return base, failed(status, err)
}

// Close destroys the base.
func (b *Base) Close() { C.ken_base_destroy(&b.handle) }

// Put puts an article draft (docs/json.md) and gives the number of its version.
func (b *Base) Put(article map[string]any) (uint32, error) {
	text, e := json.Marshal(article)
	if e != nil {
		return 0, e
	}
	draft := view(string(text))
	defer free(draft)
	var version C.uint32_t
	var err *C.ken_error
	status := C.ken_base_put(b.handle, draft, &version, nil, &err)
	return uint32(version), failed(status, err)
}

// Search gives the hits, best first.
func (b *Base) Search(query, audience string) ([]Hit, error) {
	var request C.ken_search_request
	C.ken_search_request_init(&request)
	// Memory of C's: what C is given may not point into memory of Go's.
	request.query, request.audience = view(query), view(audience)
	defer free(request.query)
	defer free(request.audience)
	var results *C.ken_results
	var err *C.ken_error
	if e := failed(C.ken_base_search(b.handle, &request, &results, &err), err); e != nil {
		return nil, e
	}
	defer C.ken_results_destroy(&results)
	hits := make([]Hit, C.ken_results_count(results))
	for i := range hits {
		var hit C.ken_hit
		if e := failed(C.ken_results_hit(results, C.size_t(i), &hit, &err), err); e != nil {
			return nil, e
		}
		hits[i] = Hit{text(hit.id), text(hit.title), float64(hit.score)}
	}
	return hits, nil
}

// failed turns a status and its error into an error of Go's, and destroys the former.
func failed(status C.ken_status, err *C.ken_error) error {
	if status == C.KEN_OK {
		return nil
	}
	defer C.ken_error_destroy(&err)
	return &Error{int(status), text(C.ken_error_message(err))}
}

func view(s string) C.ken_str {
	return C.ken_str{ptr: (*C.char)(C.CBytes([]byte(s))), len: C.size_t(len(s))}
}

func free(s C.ken_str) { C.free(unsafe.Pointer(s.ptr)) }

func text(s C.ken_str) string { return C.GoStringN(s.ptr, C.int(s.len)) }

func main() {
	base, err := OpenMemory()
	if err != nil {
		log.Fatal(err)
	}
	defer base.Close()
	for _, article := range []map[string]any{
		{"id": "lamp", "kind": "product", "title": "The lamp stays dark"},
		{"id": "fuse", "kind": "product", "title": "Which fuse fits a dark lamp"},
	} {
		if _, err := base.Put(article); err != nil {
			log.Fatal(err)
		}
	}
	hits, err := base.Search("dark lamp", "internal")
	if err != nil {
		log.Fatal(err)
	}
	for _, hit := range hits {
		fmt.Printf("%s: %s\n", hit.ID, hit.Title)
	}
	var refused *Error
	if _, err := base.Put(map[string]any{"id": "odd", "kind": "odd", "title": "Odd"}); errors.As(err, &refused) {
		fmt.Printf("refused with %d\n", refused.Status)
	}
}
