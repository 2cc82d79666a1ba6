<?php
// kenpoint from PHP: a base in memory, two articles, a search, an error. docs/languages/php.md explains it.
//
//     php lamp.php /usr/local
declare(strict_types=1);

/** A failed call: the message, and the status as the code. */
final class KenpointError extends RuntimeException {}

/** One base. Its calls are those of kenpoint.h with strings and arrays of PHP. */
final class Kenpoint
{
    private FFI $ffi;
    private ?FFI\CData $base;
    /** Texts that a call of C reads; kept until it has returned. */
    private array $texts = [];

    /** Opens a base in memory, or in a folder. */
    public function __construct(string $prefix, ?string $folder = null)
    {
        $header = file_get_contents("$prefix/include/kenpoint.h");
        $this->ffi = FFI::cdef(self::declarations($header), "$prefix/lib/libkenpoint.so.0");
        preg_match('/#define KEN_ABI_VERSION (\d+)/', $header, $abi);
        if ($this->ffi->ken_abi_version() !== (int) $abi[1]) {
            throw new KenpointError('header and library do not belong together');
        }
        $this->base = $this->ffi->new('ken_base *');
        $out = FFI::addr($this->base);
        $this->must(fn($err) => $folder === null
            ? $this->ffi->ken_base_open_memory(null, $out, $err)
            : $this->ffi->ken_base_open($this->view($folder), null, $out, $err));
    }

    /** Puts an article draft (docs/json.md); gives the number of its version. */
    public function put(array $article): int
    {
        $version = $this->ffi->new('uint32_t');
        $json = $this->view(json_encode($article, JSON_THROW_ON_ERROR | JSON_UNESCAPED_UNICODE));
        $this->must(fn($err) => $this->ffi->ken_base_put($this->base, $json, FFI::addr($version), null, $err));
        return $version->cdata;
    }

    /** Searches; gives the hits, best first. */
    public function search(string $query, string $audience, int $limit = 10): array
    {
        $request = $this->ffi->new('ken_search_request');
        $this->ffi->ken_search_request_init(FFI::addr($request));
        $request->query = $this->view($query);
        $request->audience = $this->view($audience);
        $request->limit = $limit;
        $results = $this->ffi->new('ken_results *');
        $this->must(fn($err) => $this->ffi->ken_base_search($this->base, FFI::addr($request), FFI::addr($results), $err));
        try {
            $hits = [];
            $hit = $this->ffi->new('ken_hit');
            for ($i = 0; $i < $this->ffi->ken_results_count($results); $i++) {
                $this->must(fn($err) => $this->ffi->ken_results_hit($results, $i, FFI::addr($hit), $err));
                $hits[] = ['id' => self::text($hit->id), 'title' => self::text($hit->title), 'score' => $hit->score];
            }
            return $hits;
        } finally {
            $this->ffi->ken_results_destroy(FFI::addr($results));
        }
    }

    public function __destruct()
    {
        if (isset($this->base)) {
            $this->ffi->ken_base_destroy(FFI::addr($this->base));
        }
    }

    /** Makes a call; what it answers but KEN_OK is thrown. */
    private function must(callable $call): void
    {
        $err = $this->ffi->new('ken_error *');
        $status = $call(FFI::addr($err));
        $this->texts = [];
        if ($status !== 0) {
            $message = self::text($this->ffi->ken_error_message($err));
            $this->ffi->ken_error_destroy(FFI::addr($err));
            throw new KenpointError($message, $status);
        }
    }

    /** A view of a string, whose bytes live until the next call has returned. */
    private function view(string $text): FFI\CData
    {
        $view = $this->ffi->new('ken_str');
        $view->len = strlen($text);
        if ($text !== '') {
            $bytes = $this->ffi->new('char[' . strlen($text) . ']');
            FFI::memcpy($bytes, $text, strlen($text));
            $this->texts[] = $bytes;
            $view->ptr = FFI::addr($bytes[0]);
        }
        return $view;
    }

    /** A copy of what a view shows. */
    private static function text(FFI\CData $view): string
    {
        return $view->len === 0 ? '' : FFI::string($view->ptr, $view->len);
    }

    /** The header without what FFI::cdef does not read: comments, the preprocessor, functions with a body. */
    private static function declarations(string $header): string
    {
        $rules = [
            '~/\*.*?\*/~s' => '',
            '~//[^\n]*~' => '',
            '~#ifdef __cplusplus\n.*?#endif[^\n]*~s' => '',
            '~^#(?:[^\n]*\\\\\n)*[^\n]*$~m' => '',
            '~static inline [^{]*\{.*?\n\}~s' => '',
        ];
        return preg_replace(array_keys($rules), array_values($rules), $header);
    }
}

$kenpoint = new Kenpoint($argv[1] ?? '/usr/local');
$kenpoint->put(['id' => 'lamp', 'kind' => 'product', 'title' => 'The lamp stays dark']);
$kenpoint->put(['id' => 'fuse', 'kind' => 'product', 'title' => 'Which fuse fits a dark lamp']);
foreach ($kenpoint->search('dark lamp', 'internal') as $hit) {
    echo "{$hit['id']}: {$hit['title']}\n";
}
try {
    $kenpoint->put(['id' => 'odd', 'kind' => 'odd', 'title' => 'Odd']);
} catch (KenpointError $error) {
    echo "refused with {$error->getCode()}\n";
}
