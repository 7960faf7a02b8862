import codecs
def iter_data(reads):
    d=codecs.lookup("utf-8").incrementaldecoder("replace")
    p=[];e=[];b=False;c=False
    for r in reads:
        t=d.decode(r)
        if t and not b:
            b=True
            if t[0]=="\ufeff":t=t[1:]
        while t:
            if c:
                c=False
                if t[0]=="\n":
                    t=t[1:]
                    continue
            k=[i for i in(t.find("\r"),t.find("\n"))if i>-1]
            if not k:
                p.append(t)
                break
            i=min(k);p.append(t[:i]);c=t[i]=="\r";t=t[i+1:]
            l="".join(p);p=[]
            if l:
                n,s,v=l.partition(":")
                if n=="data":e.append(v[1:]if v[:1]==" "else v)
            else:
                if e:yield"\n".join(e)
                e=[]
